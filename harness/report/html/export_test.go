package html

// For the tests of all pages, also those that other packages write.
var (
	CheckPage = checkPage
	Small     = small
	Wide      = wide
)
