"""The one DynamoDB table: keys, and a named write for each rule. See docs/data-model.md."""
