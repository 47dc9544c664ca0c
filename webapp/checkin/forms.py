"""What the door sends."""

from pydantic import BaseModel, ConfigDict, Field


class Scan(BaseModel):
    """A scanned or typed code, from which gate; `nonce` makes a resend the same scan."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore")

    code: str = Field(min_length=1, max_length=300)
    gate: str = Field(default="Door", min_length=1, max_length=40)
    nonce: str = Field(min_length=8, max_length=64)


class Undo(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore")

    gate: str = Field(default="Door", min_length=1, max_length=40)
    nonce: str = Field(min_length=8, max_length=64)
