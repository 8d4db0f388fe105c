"""Frees bikes whose booking nobody paid: one run per night, in the backend's image."""

import logging

from src.config import get_settings


def run() -> None:
    settings = get_settings()
    logging.basicConfig(level=settings.log_level)
    logging.info("freeing unpaid bookings of the next %d days", settings.booking_window_days)


if __name__ == "__main__":
    run()
