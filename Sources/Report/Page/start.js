"use strict";
// Starts the figures of the page, after all scripts have declared what they need.
for (const element of all("figure.scatter")) figures.push(new Figure(element));
