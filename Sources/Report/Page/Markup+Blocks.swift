extension Markup {
  /// Adds one block of a section.
  mutating func block(_ block: ReportBlock, id: String, _ colours: LevelColours) {
    switch block {
    case .text(let text): element("p", text: text)
    case .quotation(let text): quotation(text, id: id)
    case .citations(let citations): list(of: citations)
    case .facts(let facts): list(of: facts)
    case .warnings(let warnings): list(of: warnings)
    case .table(let content): table(content, id: id, colours)
    case .scatter(let figure): scatter(figure, id: id, colours)
    case .lines(let figure): lines(figure, id: id, colours)
    case .heatmap(let figure): heatmap(figure, id: id)
    case .bars(let figure): bars(figure, id: id, colours)
    }
  }

  private mutating func quotation(_ text: String, id: String) {
    element("div", ["class": "quotation"]) { page in
      page.element("blockquote", ["id": id]) { page in
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: true) {
          page.element("p", text: String(paragraph))
        }
      }
      page.element(
        "button", ["type": "button", "class": "copy", "data-of": id, "hidden": "hidden"],
        text: "Copy the text")
    }
  }

  private mutating func list(of citations: [Citation]) {
    element("ol", ["class": "citations"]) { page in
      for citation in citations {
        page.element("li") { page in
          page.text(citation.text + " ")
          // Only web links are allowed, never a script.
          if citation.url.hasPrefix("https://") || citation.url.hasPrefix("http://") {
            page.element("a", ["href": citation.url, "rel": "noreferrer"], text: citation.url)
          } else {
            page.text(citation.url)
          }
        }
      }
    }
  }

  private mutating func list(of facts: [Fact]) {
    guard !facts.isEmpty else { return }
    element("dl", ["class": "facts"]) { page in
      for fact in facts {
        page.element("div") { page in
          page.element("dt", text: fact.name)
          page.element("dd") { $0.element("bdi", text: fact.value) }
        }
      }
    }
  }

  private mutating func list(of warnings: [String]) {
    if warnings.isEmpty {
      element("p", ["class": "calm"], text: "No warnings.")
    } else {
      element("ul", ["class": "warnings"]) { page in
        for warning in warnings {
          page.element("li") { page in
            page.element("strong", text: "Warning: ")
            page.text(warning)
          }
        }
      }
    }
  }
}
