"""The pages of the room of working hours and targets."""
