"""The pages of the room of mail that came in."""
