"""What the tests share: the table as the template has it, builders, and the stage of a workflow."""
