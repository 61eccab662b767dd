/// The version of scharmonize, as in `scharmonize --version`.
package let scharmonizeVersion = "0.1.0"
