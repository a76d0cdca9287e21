/** Label selectors, the whole grammar: `a`, `!a`, `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a>1`, `a<1` (apimachinery `labels`). */
import { formatFieldError } from './field-error.ts';
import { checkLabelKey, checkLabelValue } from './label-names.ts';

export type Labels = Readonly<Record<string, string>> | null | undefined;

export type ParsedLabelSelector =
  { readonly ok: true; readonly matches: (labels: Labels) => boolean } | { readonly ok: false; readonly message: string };

interface Requirement {
  readonly key: string;
  readonly operator: 'exists' | '!' | 'in' | 'notin' | '>' | '<';
  readonly values: readonly string[];
}

/** The empty selector matches everything. `message` says what upstream says about a bad one. */
export function parseLabelSelector(selector: string): ParsedLabelSelector {
  const tokens = new Tokens(selector);
  const requirements: Requirement[] = [];
  try {
    while (!tokens.atEnd()) {
      requirements.push(parseRequirement(tokens));
      if (tokens.atEnd()) break;
      tokens.expect(',', `found '${tokens.peek()}', expected: ',' or 'end of string'`);
      if (tokens.atEnd() || isSymbol(tokens.peek(), '!')) {
        throw new SelectorError(`found '${tokens.peek()}', expected: identifier after ','`);
      }
    }
  } catch (error) {
    if (error instanceof SelectorError) return { ok: false, message: error.message };
    throw error;
  }
  return { ok: true, matches: (labels) => requirements.every((requirement) => isMet(requirement, labels ?? {})) };
}

class SelectorError extends Error {}

/** The selector cut into words and operators; white space between them means nothing. */
class Tokens {
  readonly #tokens: readonly string[];
  #position = 0;

  constructor(selector: string) {
    this.#tokens = selector.match(/==|!=|[=!(),<>]|[^=!(),<>\s]+/g) ?? [];
  }

  atEnd(): boolean {
    return this.#position >= this.#tokens.length;
  }

  /** '' at the end. */
  peek(): string {
    return this.#tokens[this.#position] ?? '';
  }

  take(): string {
    const token = this.peek();
    this.#position++;
    return token;
  }

  /** The one that was taken last. */
  last(): string {
    return this.#tokens[this.#position - 1] ?? '';
  }

  expect(token: string, message: string): void {
    if (this.take() !== token) throw new SelectorError(message);
  }
}

function isSymbol(token: string, except = ''): boolean {
  return token !== except && /^[=!(),<>]/.test(token);
}

function parseRequirement(tokens: Tokens): Requirement {
  if (isSymbol(tokens.peek(), '!')) throw new SelectorError(`found '${tokens.peek()}', expected: !, identifier, or 'end of string'`);
  const isNegated = tokens.peek() === '!';
  if (isNegated) tokens.take();
  if (tokens.atEnd() || isSymbol(tokens.peek())) throw refused(`found '${tokens.peek()}', expected: identifier`);
  const key = tokens.take();
  refuseProblems(key, checkLabelKey(key));
  if (isNegated) return { key, operator: '!', values: [] };
  if (tokens.atEnd() || tokens.peek() === ',') return { key, operator: 'exists', values: [] };
  const requirement = parseOperation(tokens, key);
  for (const value of requirement.values) refuseProblems(value, checkLabelValue(value));
  return requirement;
}

function parseOperation(tokens: Tokens, key: string): Requirement {
  const operator = tokens.take();
  switch (operator) {
    case 'in':
    case 'notin':
      return { key, operator, values: parseValues(tokens) };
    case '=':
    case '==':
      return { key, operator: 'in', values: [parseValue(tokens)] };
    case '!=':
      return { key, operator: 'notin', values: [parseValue(tokens)] };
    case '>':
    case '<': {
      const value = parseValue(tokens);
      if (readInteger(value) === null) throw refused(`Invalid value: "${value}": for 'Gt', 'Lt' operators, the value must be an integer`);
      return { key, operator, values: [value] };
    }
    default:
      throw refused(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  }
}

/** `(a,b)`; nothing between two separators is the empty value. */
function parseValues(tokens: Tokens): readonly string[] {
  const open = tokens.take();
  if (open !== '(') throw refused(`found '${open}' expected: '('`);
  const values: string[] = [''];
  for (let before = '('; ; before = tokens.last()) {
    const token = tokens.take();
    if (token === ')') return values;
    if (token === ',') values.push('');
    else if (!isSymbol(before)) throw refused(`found '${token}', expected: ',' or ')'`);
    else if (token === '' || isSymbol(token))
      throw refused(`found '${token}', expected: ${before === '(' ? "',', ')' or identifier" : "',', or identifier"}`);
    else values[values.length - 1] = token;
  }
}

function parseValue(tokens: Tokens): string {
  if (tokens.atEnd() || tokens.peek() === ',') return '';
  const value = tokens.take();
  if (isSymbol(value)) throw refused(`found '${value}', expected: identifier`);
  return value;
}

function refuseProblems(value: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw refused(`<nil>: ${formatFieldError({ type: 'Invalid', field: '', value, detail: problems.join('; ') })}`);
}

function refused(message: string): SelectorError {
  return new SelectorError(`unable to parse requirement: ${message}`);
}

function isMet({ key, operator, values }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'in':
      return value !== undefined && values.includes(value);
    case 'notin':
      return value === undefined || !values.includes(value);
    default:
      return isBeyond(readInteger(value ?? ''), operator, readInteger(values[0] ?? ''));
  }
}

function isBeyond(value: bigint | null, operator: '>' | '<', bound: bigint | null): boolean {
  if (value === null || bound === null) return false;
  return operator === '>' ? value > bound : value < bound;
}

/** Of 64 bits, as upstream counts; null for anything else. */
function readInteger(text: string): bigint | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  const value = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? value : null;
}
