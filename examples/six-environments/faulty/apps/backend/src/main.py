"""The shop's API."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from src.config import get_settings

settings = get_settings()
app = FastAPI(title="Bike shop", debug=settings.debug, version=settings.git_sha)
app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins)


@app.get("/health")
def health() -> dict[str, str]:
    return {"environment": settings.environment, "version": settings.git_sha}
