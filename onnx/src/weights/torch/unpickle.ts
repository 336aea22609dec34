import { OnnxError } from '../../errors.ts';
import { ByteCursor } from './byte-cursor.ts';
import { findGlobal, type Global, loadStorage } from './torch-globals.ts';

/** A state_dict of ResNet18 takes 15 KB; with its optimizer's state four times as much. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_VALUES = 500_000;

/**
 * Reads a pickle as torch.save writes one (protocols 2 to 5), by an allow-list: of the opcodes,
 * those that build plain values and tensors; of Python's globals, those in `torch-globals`. Nothing
 * is run. Tuples and lists are arrays, dicts are maps. Each opcode takes at least a byte and adds
 * at most one value: time and memory go with the length.
 * @throws OnnxError `WEIGHTS_INVALID`
 */
export function unpickle(bytes: Uint8Array): unknown {
  if (bytes.length > MOST_BYTES) {
    throw invalid(`at most ${MOST_BYTES} bytes`, `${bytes.length}`);
  }
  const machine = new Machine(bytes);
  for (;;) {
    const opcode = machine.cursor.uint8();
    if (opcode === STOP) return machine.pop();
    const run = OPCODES.get(opcode);
    if (!run) {
      const name = REFUSED.get(opcode) ?? `0x${opcode.toString(16).padStart(2, '0')}`;
      throw invalid('opcodes that a state_dict needs', `${name}, which is not run`);
    }
    run(machine);
  }
}

const STOP = 0x2e;

class Machine {
  readonly cursor: ByteCursor;
  readonly memo = new Map<number, unknown>();
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];

  constructor(bytes: Uint8Array) {
    this.cursor = new ByteCursor(bytes, 'the pickle');
  }

  push(value: unknown): void {
    if (this.#stack.length >= MOST_VALUES) {
      throw invalid(`at most ${MOST_VALUES} values at a time`, 'more');
    }
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length === 0) throw invalid('a value on the stack', 'none');
    return this.#stack.pop();
  }

  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  popMany(count: number): unknown[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  mark(): void {
    if (this.#marks.length >= MOST_VALUES) throw invalid(`at most ${MOST_VALUES} marks`, 'more');
    this.#marks.push(this.#stack.length);
  }

  popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw invalid('a mark', 'none');
    return this.#stack.splice(mark);
  }

  remember(index: number): void {
    if (this.memo.size >= MOST_VALUES) throw invalid(`at most ${MOST_VALUES} memories`, 'more');
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.memo.has(index)) throw invalid(`a memory of ${index}`, 'none');
    this.push(this.memo.get(index));
  }
}

const OPCODES: ReadonlyMap<number, (machine: Machine) => void> = new Map([
  // PROTO, FRAME: how it is cut, not what it says.
  [0x80, ({ cursor }: Machine) => cursor.skip(1)],
  [0x95, ({ cursor }) => cursor.skip(8)],
  // NONE, NEWTRUE, NEWFALSE
  [0x4e, (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  // BININT1, BININT2, BININT, LONG1, BINFLOAT
  [0x4b, (m) => m.push(m.cursor.uint8())],
  [0x4d, (m) => m.push(m.cursor.uint16())],
  [0x4a, (m) => m.push(m.cursor.int32())],
  [0x8a, (m) => m.push(signedInteger(m.cursor.take(m.cursor.uint8())))],
  [0x47, (m) => m.push(m.cursor.float64BigEndian())],
  // SHORT_BINUNICODE, BINUNICODE
  [0x8c, (m) => m.push(m.cursor.text(m.cursor.uint8()))],
  [0x58, (m) => m.push(m.cursor.text(m.cursor.uint32()))],
  // MARK, EMPTY_TUPLE, TUPLE, TUPLE1, TUPLE2, TUPLE3
  [0x28, (m) => m.mark()],
  [0x29, (m) => m.push([])],
  [0x74, (m) => m.push(m.popToMark())],
  [0x85, (m) => m.push(m.popMany(1))],
  [0x86, (m) => m.push(m.popMany(2))],
  [0x87, (m) => m.push(m.popMany(3))],
  // EMPTY_LIST, APPEND, APPENDS
  [0x5d, (m) => m.push([])],
  [0x61, (m) => append(m, m.popMany(1))],
  [0x65, (m) => append(m, m.popToMark())],
  // EMPTY_DICT, SETITEM, SETITEMS
  [0x7d, (m) => m.push(new Map())],
  [0x73, (m) => setItems(m, m.popMany(2))],
  [0x75, (m) => setItems(m, m.popToMark())],
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  [0x71, (m) => m.remember(m.cursor.uint8())],
  [0x72, (m) => m.remember(m.cursor.uint32())],
  [0x94, (m) => m.remember(m.memo.size)],
  [0x68, (m) => m.recall(m.cursor.uint8())],
  [0x6a, (m) => m.recall(m.cursor.uint32())],
  // GLOBAL, STACK_GLOBAL, BINPERSID, REDUCE, BUILD
  [0x63, (m) => m.push(findGlobal(m.cursor.line(), m.cursor.line()))],
  [0x93, (m) => m.push(stackGlobal(m.popMany(2)))],
  [0x51, (m) => m.push(loadStorage(m.pop()))],
  [0x52, (m) => reduce(m)],
  [0x62, (m) => build(m)],
]);

/** The names of those that a hostile file would use, or another kind of file does. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  ...([[0x69, 'INST'] as const, [0x6f, 'OBJ'], [0x81, 'NEWOBJ'], [0x92, 'NEWOBJ_EX']] as const),
  ...([[0x82, 'EXT1'] as const, [0x83, 'EXT2'], [0x84, 'EXT4'], [0x50, 'PERSID']] as const),
  ...([[0x49, 'INT'] as const, [0x4c, 'LONG'], [0x8b, 'LONG4'], [0x8d, 'BINUNICODE8']] as const),
]);

/** Two's complement, as long as it is. */
function signedInteger(bytes: Uint8Array): number {
  if (bytes.length > 8) throw invalid('whole numbers of at most 8 bytes', `${bytes.length}`);
  let value = 0n;
  for (const byte of [...bytes].reverse()) value = (value << 8n) | BigInt(byte);
  return Number(BigInt.asIntN(8 * bytes.length, value));
}

function stackGlobal([module, name]: readonly unknown[]): Global {
  if (typeof module !== 'string' || typeof name !== 'string') {
    throw invalid('globals by module and name', 'something else');
  }
  return findGlobal(module, name);
}

function append(machine: Machine, items: readonly unknown[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw invalid('a list to append to', 'something else');
  for (const item of items) list.push(item);
}

function setItems(machine: Machine, items: readonly unknown[]): void {
  const dict = machine.top();
  if (!(dict instanceof Map) || items.length % 2 !== 0) {
    throw invalid('a dict and pairs to set', 'something else');
  }
  for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
}

function reduce(machine: Machine): void {
  const [target, args] = machine.popMany(2);
  const call = (target as Partial<Global> | null)?.call;
  if (typeof call !== 'function' || !Array.isArray(args)) {
    throw invalid('a call of a known global', 'something else');
  }
  machine.push(call(args));
}

/**
 * The attributes of a state_dict (`_metadata`, versions of its modules) say nothing about weights.
 */
function build(machine: Machine): void {
  machine.pop();
  if (!(machine.top() instanceof Map)) throw invalid('attributes of a dict', 'of something else');
}

function invalid(expected: string, received: string): OnnxError {
  return new OnnxError(
    'WEIGHTS_INVALID',
    `Expected a pickle with ${expected}, received ${received}. Save the tensors alone: torch.save(model.state_dict(), path).`,
  );
}
