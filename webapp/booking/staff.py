"""Staff pages of booking."""

from flask import Blueprint

bp = Blueprint("booking_staff", __name__, url_prefix="/staff")
