// The map of a hall.
