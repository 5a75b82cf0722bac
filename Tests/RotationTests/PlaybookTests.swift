import Policies
import Testing

@testable import Rotation

@Suite struct PlaybookTests {
  private static let least = """
    title = "t"
    overlap = "o"
    create = "c"
    set = "s"
    test = "t"
    roll_out = "r"
    revoke = "v"
    dead = "d"
    """

  private static func book(_ id: String, _ more: String) throws -> (name: String, text: String) {
    ("rotation/\(id).toml", least + "\n" + more)
  }

  /// Those that come with the program.
  private static func builtIn() throws -> Playbooks { try Playbooks(Policies.playbooks()) }

  @Test func `all playbooks are sound, and each provider that must have one has it`() throws {
    let books = try Self.builtIn()
    let ids = Set(books.all.map(\.id))
    #expect(ids.count == books.all.count)
    #expect(
      ids.isSuperset(of: ["stripe", "aws", "github", "openai", "supabase", "postgres", "generic-secret", "generated"]))
    for book in books.all where ![Playbook.generic].contains(book.id) {
      #expect(book.documentation?.hasPrefix("https://") == true, "\(book.id)")
      #expect(!book.names.isEmpty || !book.providers.isEmpty, "\(book.id)")
    }
  }

  @Test func `a suggested command takes the value from its variable, and never as an argument`() throws {
    for book in try Self.builtIn().all {
      guard let check = book.check(of: "THE_TOKEN") else { continue }
      #expect(!check.contains("$NAME") && check.contains("THE_TOKEN") && !check.contains("'"), "\(book.id)")
      // What is built into the shell has no arguments that others can read; everything else gets it in the environment.
      let bare = check.replacing(/printf "[^"]*" "\$THE_TOKEN"/, with: "")
        .replacing("AWS_SECRET_ACCESS_KEY=\"$THE_TOKEN\"", with: "")
      #expect(!bare.contains("$THE_TOKEN"), "\(book.id): \(check)")
    }
  }

  @Test(arguments: [
    ("STRIPE_SECRET_KEY", nil, "stripe"), ("STRIPE_WEBHOOK_SECRET", nil, "stripe-webhook"),
    ("STRIPE_WEBHOOK_SECRET", "stripe", "stripe-webhook"), ("PAYMENTS", "stripe", "stripe"),
    ("AWS_SECRET_ACCESS_KEY", nil, "aws"), ("GH_TOKEN", nil, "github"), ("OPENAI_API_KEY", "openai", "openai"),
    ("SUPABASE_SERVICE_ROLE_KEY", nil, "supabase"), ("DATABASE_URL", nil, "postgres"),
    ("DATABASE_URL", "mysql", "postgres"), ("session_secret", nil, "generated"),
    ("SHOP_SESSION_SECRET", nil, "generated"),
    ("WHATEVER", nil, "generic-secret"), ("WHATEVER", "nobody", "generic-secret"),
  ])
  func `a variable gets the playbook of its provider, else of its name`(name: String, provider: String?, id: String)
    throws
  {
    #expect(try Self.builtIn().playbook(for: name, provider: provider).id == id)
  }

  @Test func `the texts speak of the variable`() throws {
    let file = try Self.book("x", #"check = "try $NAME""#)
    let book = try Playbook(name: file.name, text: file.text.replacing("\"c\"", with: "\"give NAME, once more NAME\""))
    #expect(book.id == "x" && book.about("TOKEN", \.create) == "give TOKEN, once more TOKEN")
    #expect(book.check(of: "TOKEN") == "try $TOKEN")
  }

  @Test(
    arguments: [
      ("console = 5", 9, "console is no text"), ("prefixes = \"sk_\"", 9, "prefixes is no list of texts"),
      ("prefixes = [\"\"]", 9, "prefixes is no list of texts"), ("steps = []", 9, "unknown key steps"),
      ("generator = \"dice\"", nil, "generator is none that Coffer knows"),
      ("check = \"try 'it'\"", 9, "check holds a single quote"),
      ("title = \"again\"", 9, nil),
    ] as [(String, Int?, String?)])
  func `a faulty playbook is refused with its line`(more: String, line: Int?, reason: String?) throws {
    let file = try Self.book("x", more)
    let error = try #require(throws: PlaybookError.self) { try Playbook(name: file.name, text: file.text) }
    #expect(error.file == "rotation/x.toml" && error.line == line)
    if let reason { #expect(error.reason == reason) }
  }

  @Test func `without a step, or without the one for everything else, there are no playbooks`() throws {
    let short = Self.least.replacing("revoke = \"v\"\n", with: "")
    #expect(throws: PlaybookError(file: "x", line: nil, reason: "revoke is missing")) {
      try Playbook(name: "x", text: short)
    }
    #expect(throws: PlaybookError.self) { try Playbooks([Self.book("x", "")]) }
    #expect(try Playbooks([Self.book("generic-secret", "")]).playbook(for: "X", provider: nil).id == "generic-secret")
  }
}
