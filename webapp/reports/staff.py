"""Staff pages of reports."""

from flask import Blueprint

bp = Blueprint("reports_staff", __name__, url_prefix="/staff")
