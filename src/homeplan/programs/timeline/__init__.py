"""Decides what is on at any instant, from a program, needling sessions and logs. Pure."""
