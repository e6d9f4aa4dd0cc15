"""Addresses of the complaints room: pages by name, acts by their noun."""

from django.urls import path

from rca.complaints import desk, files, listing, picking, sorting, views

app_name = "complaints"
urlpatterns = [
    path("", listing.index, name="index"),
    path("counts/", listing.counts, name="counts"),
    path("view/", listing.view, name="view"),
    path("bulk/", picking.bulk, name="bulk"),
    path("bulk/<bulk:pk>/", picking.bulk_act, name="bulk_act"),
    path("bulk/<bulk:pk>/rows/", picking.bulk_rows, name="bulk_rows"),
    path("bulk/<bulk:pk>/undoing/", picking.undoing, name="undoing"),
    path("new/", desk.new, name="new"),
    path("new/beside/", desk.beside, name="beside"),
    path("new/draft/", desk.draft, name="draft"),
    path("new/drafts/<int:number>/dropping/", desk.dropping, name="dropping"),
    path("sort/", sorting.sort, name="sort"),
    path("<complaint:pk>/", views.detail, name="detail"),
    path("<complaint:pk>/edit/", views.edit, name="edit"),
    path("<complaint:pk>/withdrawal/", desk.withdrawal, name="withdrawal"),
    path("<complaint:pk>/acknowledgment/", views.acknowledgment, name="acknowledgment"),
    path("<complaint:pk>/handoff/", views.handoff, name="handoff"),
    path("<complaint:pk>/consultation/", views.consultation, name="consultation"),
    path("consultations/<int:pk>/answer/", views.answer, name="answer"),
    path("<complaint:pk>/note/", views.note, name="note"),
    path("<complaint:pk>/closure/", views.closure, name="closure"),
    path("<complaint:pk>/reopening/", views.reopening, name="reopening"),
    path("<complaint:pk>/merge/", views.merge, name="merge"),
    path("<complaint:pk>/separation/", views.separation, name="separation"),
    path("<complaint:pk>/relation/", views.relation, name="relation"),
    path("<complaint:pk>/attachment/", files.attachment, name="attachment"),
    path("<complaint:pk>/files/<int:attachment>/", files.file, name="file"),
    path("<complaint:pk>/files/<int:attachment>/removal/", files.removal, name="removal"),
    path("<complaint:pk>/unrelation/", views.unrelation, name="unrelation"),
]
