"""Pages of the checkout."""

from flask import Blueprint

bp = Blueprint("checkout", __name__)
