"""What somebody types to join the list."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from webapp.waitinglist.rules import MOST_TYPES
from webapp.web.forms import Email, Name


class JoinForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    places: int = Field(ge=1, le=100)
    manner: Literal["together", "up_to"] = "together"
    types: list[UUID] = Field(default=[], max_length=MOST_TYPES)
    name: Name
    email: Email
