from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path


@login_not_required  # so that the server can be asked whether it is ready
def hello(request: HttpRequest) -> HttpResponse:
    name = "you" if request.user.is_authenticated else "nobody"
    return HttpResponse(f"hello {name}", headers={"Content-Length": str(6 + len(name))})


urlpatterns = [path("", hello)]
