"""What makes the records sound: steps of an episode, needling sessions, exercise logs. Pure."""
