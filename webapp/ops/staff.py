"""Staff pages of ops."""

from flask import Blueprint

bp = Blueprint("ops_staff", __name__, url_prefix="/staff")
