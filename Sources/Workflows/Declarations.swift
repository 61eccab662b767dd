internal import Foundation

/// A program's declaration of its command line.
///
/// It is the part of the output of `--experimental-dump-help` of ArgumentParser that wrappers need.
struct Declarations: Decodable {
  struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var subcommands: [Command]?
    var arguments: [Argument]?
  }

  struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }

    struct Completion: Decodable {
      struct List: Decodable {
        var values: [String]
      }

      var list: List?
    }

    var kind: String
    var shouldDisplay: Bool
    var sectionTitle: String?
    var isOptional: Bool
    var isRepeating: Bool
    var preferredName: Name?
    var valueName: String?
    var defaultValue: String?
    var abstract: String?
    var completionKind: Completion?
  }

  var command: Command

  /// Reads the declarations.
  ///
  /// - Throws: ``WorkflowError/unreadableDeclarations(_:)``.
  init(json: String) throws(WorkflowError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    } catch {
      throw .unreadableDeclarations("\(error)")
    }
  }
}

extension Declarations.Argument {
  /// The argument's name in the parameter table: `batch-key`, or `<file>` for a positional
  /// argument.
  var key: String {
    kind == "positional" ? "<\(valueName ?? "value")>" : preferredName?.name ?? ""
  }

  /// The argument's name on a command line: `--batch-key`.
  var flag: String? {
    guard kind != "positional", let preferredName else { return nil }
    return (preferredName.kind == "long" ? "--" : "-") + preferredName.name
  }
}
