"""What the prompt of known causes reads while somebody types: how rare a word is, what it weighs in a cause."""

from django.db import models


class Word(models.Model):
    """How rare a word is over all complaints; refreshed by a job, never by a request."""

    lexeme = models.TextField(primary_key=True)
    idf = models.FloatField()

    def __str__(self) -> str:
        return self.lexeme


class CauseWord(models.Model):
    """The summed weight of one word over a cause's linked complaints: the truth behind the prompt."""

    pk = models.CompositePrimaryKey("cause", "lexeme")
    cause = models.ForeignKey("rca.Cause", models.CASCADE, related_name="+")
    lexeme = models.TextField()
    weight = models.FloatField()

    def __str__(self) -> str:
        return self.lexeme


class CauseReading(models.Model):
    """The strongest words of a cause, weighted by rarity and scaled: what the prompt reads while somebody types."""

    pk = models.CompositePrimaryKey("cause", "lexeme")
    cause = models.ForeignKey("rca.Cause", models.CASCADE, related_name="+")
    lexeme = models.TextField()
    weight = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["lexeme"], include=["cause", "weight"], name="cause_reading_by_word")]

    def __str__(self) -> str:
        return self.lexeme


class CauseProduct(models.Model):
    """How a cause's complaints split by product."""

    pk = models.CompositePrimaryKey("cause", "product")
    cause = models.ForeignKey("rca.Cause", models.CASCADE, related_name="+")
    product = models.CharField(max_length=120)
    complaints = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["product"], include=["cause", "complaints"], name="cause_product_by_name")]

    def __str__(self) -> str:
        return self.product
