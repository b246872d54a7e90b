from django.urls import path

from accounts.views import details, security, sessions

app_name = "accounts"
urlpatterns = [
    path("me/details/", details.details, name="details"),
    path("account/security/", security.overview, name="security"),
    path("account/second-factor/", security.second_factor, name="second_factor"),
    path("account/keep-alive/", sessions.keep_alive, name="keep_alive"),
    path("account/kept/<uuid:public_id>/", sessions.kept, name="kept"),
]
