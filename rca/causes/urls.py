"""Addresses of the causes room: pages by name, acts by their noun."""

from django.urls import path

from rca.causes import marking, views

app_name = "causes"
urlpatterns = [
    path("", views.index, name="index"),
    path("known/", views.known, name="known"),
    path("roots/<int:why_id>/", marking.root, name="root"),
    path("roots/<int:why_id>/alike/", marking.alike, name="alike"),
    path("roots/<int:why_id>/unmarking/", marking.unmarking, name="unmarking"),
    path("rules/<int:rule_id>/run/", views.run, name="run"),
    path("lines/<int:line_id>/approval/", views.approval, name="approval"),
    path("affected/<int:affected_id>/waiver/", views.waiver, name="waiver"),
    path("affected/<int:affected_id>/unwaiver/", views.unwaiver, name="unwaiver"),
    path("affected/<int:affected_id>/removal/", views.removal, name="removal"),
    path("<cause:pk>/", views.detail, name="detail"),
    path("<cause:pk>/roster/", views.roster, name="roster"),
    path("<cause:pk>/edit/", views.edit, name="edit"),
    path("<cause:pk>/rule/", views.rule, name="rule"),
    path("<cause:pk>/link/", views.link, name="link"),
    path("<cause:pk>/unlink/", views.unlink, name="unlink"),
    path("<cause:pk>/affected/", views.affected, name="affected"),
    path("<cause:pk>/line/", views.line, name="line"),
    path("<cause:pk>/owner/", views.owner, name="owner"),
    path("<cause:pk>/review-date/", views.review_date, name="review_date"),
    path("<cause:pk>/sighting/", views.sighting, name="sighting"),
    path("<cause:pk>/closure/", views.closure, name="closure"),
    path("<cause:pk>/reopening/", views.reopening, name="reopening"),
]
