"""Staff pages of events and their dates."""

from flask import Blueprint

bp = Blueprint("catalog_staff", __name__, url_prefix="/staff")
