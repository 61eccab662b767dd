library(testthat)
library(scharmonize)

test_check("scharmonize")
