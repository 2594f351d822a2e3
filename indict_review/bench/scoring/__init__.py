"""What scores answers: a detector, execution, a judge. No critic has any of it as a tool."""
