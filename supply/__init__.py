"""What a release is made of: its list of components (sbom.py) and the check for known weaknesses (audit.py)."""
