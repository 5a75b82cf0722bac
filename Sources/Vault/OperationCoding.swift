import Sealing

extension Operation {
  /// The body that a log entry's digest covers.
  var encoded: [UInt8] {
    var writer = CanonicalWriter()
    switch self {
    case .found(let founding):
      writer.u64(founding.created)
      writer.fixed(founding.nonce)
      writer.fixed(founding.commitment)
      founding.sealedName.encode(to: &writer)
      founding.directoryName.encode(to: &writer)
      writer.list(founding.members) { $1.encode(to: &$0) }
      writer.list(founding.wraps) { $1.encode(to: &$0) }
    case .member(let change), .token(let change):
      writer.list(change.members) { $1.encode(to: &$0) }
      writer.list(change.wraps) { $1.encode(to: &$0) }
    case .epoch(let change):
      writer.fixed(change.environment.bytes)
      writer.u32(change.epoch)
      writer.fixed(change.commitment)
      writer.prefixed(change.predecessor)
      change.sealedName.encode(to: &writer)
      writer.list(change.members) { $1.encode(to: &$0) }
      writer.list(change.wraps) { $1.encode(to: &$0) }
      writer.list(change.leaves) { $1.encode(to: &$0) }
      writer.list(change.labels) { writer, change in
        writer.prefixed(change.place.encoded)
        change.label.encode(to: &writer)
      }
    case .put(let change), .leak(let change), .rotation(let change), .setting(let change):
      writer.fixed(change.environment.bytes)
      writer.u32(change.epoch)
      writer.list(change.items) { $1.encode(to: &$0) }
    case .remove(let change):
      writer.fixed(change.environment.bytes)
      writer.u32(change.epoch)
      writer.list(change.names) { $0.fixed($1.bytes) }
    case .point(let change):
      writer.fixed(change.environment.bytes)
      writer.u32(change.epoch)
      writer.list(change.items) { writer, item in
        writer.fixed(item.index.bytes)
        for pointer in [item.current, item.pending, item.previous] {
          writer.u8(pointer == nil ? 0 : 1)
          pointer?.encode(to: &writer)
        }
      }
    }
    return writer.bytes
  }

  init(_ kind: Kind, decoding bytes: [UInt8]) throws(MalformedBytes) {
    var reader = CanonicalReader(bytes)
    switch kind {
    case .found:
      self = .found(
        Founding(
          created: try reader.u64(), nonce: try reader.bytes32(), commitment: try reader.bytes32(),
          sealedName: try SealedLabel(from: &reader), directoryName: try SealedLabel(from: &reader),
          members: try reader.members(), wraps: try reader.wraps()))
    case .member, .token:
      let change = MemberChange(members: try reader.members(), wraps: try reader.wraps())
      self = kind == .member ? .member(change) : .token(change)
    case .epoch:
      self = .epoch(
        EpochChange(
          environment: EnvironmentID(try reader.bytes16()), epoch: try reader.u32(),
          commitment: try reader.bytes32(), predecessor: try reader.prefixed(),
          sealedName: try SealedLabel(from: &reader), members: try reader.members(),
          wraps: try reader.wraps(), leaves: try reader.leaves(), labels: try reader.relabels()))
    case .put, .leak, .rotation, .setting:
      let change = RecordsChange(
        environment: EnvironmentID(try reader.bytes16()), epoch: try reader.u32(), items: try reader.items())
      switch kind {
      case .leak: self = .leak(change)
      case .rotation: self = .rotation(change)
      case .setting: self = .setting(change)
      default: self = .put(change)
      }
    case .remove:
      let environment = EnvironmentID(try reader.bytes16())
      let epoch = try reader.u32()
      var names: [NameIndex] = []
      for _ in 0..<(try reader.count(minimum: 32)) { names.append(NameIndex(try reader.bytes32())) }
      self = .remove(Removal(environment: environment, epoch: epoch, names: names))
    case .point:
      let environment = EnvironmentID(try reader.bytes16())
      let epoch = try reader.u32()
      var items: [PointerChange.Item] = []
      for _ in 0..<(try reader.count(minimum: 35)) {
        items.append(
          PointerChange.Item(
            index: NameIndex(try reader.bytes32()), current: try reader.pointer(),
            pending: try reader.pointer(), previous: try reader.pointer()))
      }
      self = .point(PointerChange(environment: environment, epoch: epoch, items: items))
    }
    try reader.end()
  }
}

extension Operation.Wrap {
  func encode(to writer: inout CanonicalWriter) {
    writer.fixed(environment.bytes)
    writer.u32(epoch)
    writer.fixed(member.bytes)
    writer.prefixed(bytes)
  }
}

extension Operation.RecordItem {
  func encode(to writer: inout CanonicalWriter) {
    writer.fixed(index.bytes)
    pointer.encode(to: &writer)
    writer.u8(isPending ? 1 : 0)
  }
}

extension CanonicalWriter {
  mutating func list<Item>(_ items: [Item], _ encode: (inout CanonicalWriter, Item) -> Void) {
    u32(UInt32(items.count))
    for item in items { encode(&self, item) }
  }
}

extension CanonicalReader {
  mutating func members() throws(MalformedBytes) -> [Member] {
    var members: [Member] = []
    for _ in 0..<(try count(minimum: 86)) { members.append(try Member(from: &self)) }
    return members
  }

  mutating func wraps() throws(MalformedBytes) -> [Operation.Wrap] {
    var wraps: [Operation.Wrap] = []
    for _ in 0..<(try count(minimum: 40)) {
      wraps.append(
        Operation.Wrap(
          environment: EnvironmentID(try bytes16()), epoch: try u32(), member: MemberID(try bytes16()),
          bytes: try prefixed()))
    }
    return wraps
  }

  mutating func items() throws(MalformedBytes) -> [Operation.RecordItem] {
    var items: [Operation.RecordItem] = []
    for _ in 0..<(try count(minimum: 77)) {
      items.append(
        Operation.RecordItem(
          index: NameIndex(try bytes32()), pointer: try Leaf.Pointer(from: &self), isPending: try flag()))
    }
    return items
  }

  mutating func leaves() throws(MalformedBytes) -> [Leaf] {
    var leaves: [Leaf] = []
    for _ in 0..<(try count(minimum: 77)) {
      let leaf = try Leaf(from: &self)
      guard leaves.last.map({ $0.index < leaf.index }) ?? true else { throw MalformedBytes() }
      leaves.append(leaf)
    }
    return leaves
  }

  mutating func relabels() throws(MalformedBytes) -> [Operation.Relabel] {
    var labels: [Operation.Relabel] = []
    for _ in 0..<(try count(minimum: 13)) {
      let place = try SealedLabel.Place(decoding: try prefixed())
      labels.append(Operation.Relabel(place: place, label: try SealedLabel(from: &self)))
    }
    return labels
  }

  mutating func pointer() throws(MalformedBytes) -> Leaf.Pointer? {
    try flag() ? Leaf.Pointer(from: &self) : nil
  }
}
