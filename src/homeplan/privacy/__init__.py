"""What patients decide about their own data: take it with them, or leave."""
