"""The errors that operations answer with: Rekognition's names, its messages and its HTTP statuses."""

from __future__ import annotations


class StoreError(Exception):
    """A store cannot be opened or used; the message says why, and what to do."""


class OtherModelError(StoreError):
    """A store holds vectors of another model than this engine's."""


class TwoStoresError(StoreError):
    """A store is to be moved to where another one is already."""


class EngineError(Exception):
    """An operation refused, in AWS's words: `code` is the exception's name, `status` the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code, message, status)
        self.code = code
        self.message = message
        self.status = status

    def __str__(self) -> str:
        return self.message


def invalid_parameter(message: str = "Request has invalid parameters") -> EngineError:
    return EngineError("InvalidParameterException", message)


def collection_not_found(collection_id: str) -> EngineError:
    return EngineError("ResourceNotFoundException", f"The collection id: {collection_id} does not exist")


def collection_exists(collection_id: str) -> EngineError:
    return EngineError("ResourceAlreadyExistsException", f"The collection id: {collection_id} already exists.")


def user_not_found(user_id: str) -> EngineError:
    return EngineError("ResourceNotFoundException", f"The user id: {user_id} does not exist")


def user_exists(user_id: str) -> EngineError:
    return EngineError("ConflictException", f"The user id: {user_id} already exists.")


def face_not_found() -> EngineError:
    return invalid_parameter("faceId was not found in the collection.")


def no_faces() -> EngineError:
    return invalid_parameter("There are no faces in the image. Should be at least 1.")


def too_many_faces(user_id: str, limit: int) -> EngineError:
    return EngineError(
        "ServiceQuotaExceededException",
        f"The user id: {user_id} has {limit} faces associated with it, which is the most a user can have.",
    )


def too_many_tags(limit: int) -> EngineError:
    return EngineError("ServiceQuotaExceededException", f"A resource can have at most {limit} tags.")


def resource_not_found(arn: str) -> EngineError:
    return EngineError("ResourceNotFoundException", f"The resource: {arn} does not exist")


def token_reused(token: str) -> EngineError:
    return EngineError(
        "IdempotentParameterMismatchException", f"The ClientRequestToken: {token} you have supplied is already in use."
    )


def invalid_pagination_token() -> EngineError:
    return EngineError("InvalidPaginationTokenException", "Invalid Pagination Token")


def invalid_image_format() -> EngineError:
    return EngineError("InvalidImageFormatException", "Request has invalid image format")


def image_too_large() -> EngineError:
    return EngineError("ImageTooLargeException", "Image size is too large")


def image_too_demanding() -> EngineError:
    return EngineError("ImageTooLargeException", "The image takes too long to decode")


def invalid_s3_object() -> EngineError:
    return EngineError(
        "InvalidS3ObjectException",
        "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
    )


def busy() -> EngineError:
    return EngineError("ThrottlingException", "Slow down; another process has been writing to the store for too long.")


def unreachable() -> EngineError:
    return EngineError("InternalServerError", "The database that the store is in does not answer.", status=500)


def sealed_anew() -> EngineError:
    message = "The vectors have been encrypted with another key: start this process again, with that ENCRYPTION_KEY."
    return EngineError("InternalServerError", message, status=500)


def closed() -> EngineError:
    return EngineError("InternalServerError", "The engine is closed.", status=500)


def stopping() -> EngineError:
    return EngineError("InternalServerError", "The server stops, and does not wait for this request.", status=500)


def unknown_operation(message: str, status: int = 400) -> EngineError:
    return EngineError("UnknownOperationException", message, status)


def damaged() -> EngineError:
    return EngineError("InternalServerError", "A vector in the store is damaged: index its image again.", status=500)


def internal() -> EngineError:
    return EngineError("InternalServerError", "Internal server error", status=500)
