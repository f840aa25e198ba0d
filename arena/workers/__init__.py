"""Many at once: what plays and judges shares."""
