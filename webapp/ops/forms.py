"""What operators' buttons say: what was looked at when they were pressed."""

from pydantic import BaseModel, ConfigDict, Field


class Form(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class DeploymentForm(Form):
    deployment: str = Field(min_length=1, max_length=64)


class RevertForm(Form):
    seen: int = Field(ge=0)


class ScaleForm(Form):
    count: int = Field(ge=0, le=1000)
