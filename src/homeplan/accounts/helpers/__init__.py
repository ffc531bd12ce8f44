"""One person whom a patient lets see the plan and enter answers for them, on a device of their own."""
