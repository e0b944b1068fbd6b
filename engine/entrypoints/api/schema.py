"""What the model server takes and gives, as OpenAPI documents it."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictStr

MAX_INPUTS = 256
MAX_CHARACTERS = 100_000
MAX_PICTURES = 32
"""Of one request in JSON."""
RUN_PATTERN = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"

Text = Annotated[StrictStr, Field(json_schema_extra={"maxLength": MAX_CHARACTERS})]


class PredictRequest(BaseModel):
    """One text in `input`, or several in `inputs`; exactly one of the two.

    For a model that reads pictures (`input_kind` is `image`) each is a file in base64, or a data URL of one.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"input": "Fits well."}, {"inputs": ["Fits well.", "Too big."]}]},
    )

    input: Text | None = Field(None, description=f"One text of at most {MAX_CHARACTERS} characters.")
    inputs: list[Text] | None = Field(
        None, description=f"1 to {MAX_INPUTS} texts.", json_schema_extra={"minItems": 1, "maxItems": MAX_INPUTS}
    )


class Prediction(BaseModel):
    """The answer to one input."""

    label: str = Field(description="The most probable label.")
    probabilities: dict[str, float] = Field(description="Probability of each label; they add up to 1.")


class PredictResponse(BaseModel):
    """The answers, in the order of the inputs, and what they took."""

    run: str
    task: str
    recipe: str
    results: list[Prediction]
    latency_ms: float = Field(description="Milliseconds in the server: waiting, batching and computing.")
    compute_seconds: float = Field(
        description="This request's part of its batch's computing time, by its number of inputs."
    )
    batch: int = Field(description="Inputs that were computed together, those of other requests included.")


class ModelInfo(BaseModel):
    """A model that can be asked."""

    run: str
    task: str
    recipe: str
    labels: list[str]
    language: str
    input_kind: str = Field(description="`text` or `image`: what it reads.")
    base_model: dict[str, Any] | None
    parameters: int
    bytes: int = Field(description="Size of the files that are served.")
    loaded: bool = Field(description="True while it is in memory.")
    written_at: float = Field(description="Seconds since the epoch.")


class ErrorInfo(BaseModel):
    """What was wrong: a template with its values, and the message made of them."""

    kind: str
    template: str
    kept: str
    remedy: str
    values: dict[str, str | int | float]
    marked: list[str] = Field(description="Names of the values that are words of ours and may be translated.")
    message: str


class ErrorResponse(BaseModel):
    """The body of every answer that is no success."""

    error: ErrorInfo


class DamagedModel(BaseModel):
    """A run whose artifact cannot be served."""

    run: str
    error: ErrorInfo


class ModelList(BaseModel):
    """All models of this server."""

    models: list[ModelInfo]
    damaged: list[DamagedModel]


class Health(BaseModel):
    """State of the server."""

    status: str
    uptime_seconds: float
    threads: int
    models_loaded: int
    memory_bytes: int = Field(description="Bytes of the loaded models.")
    memory_limit_bytes: int
