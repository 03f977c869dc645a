"""The life of an alert: what people did about it, told apart from whether its fact still stands."""
