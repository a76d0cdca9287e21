/** Parameter Store, as far as single parameters go, over the wire-level emulator. */
import { type AwsEmulator, AwsError } from './emulator.ts';

export interface FakeParameter {
  readonly value: string;
  readonly version: number;
  readonly type: string;
  readonly dataType?: string;
  readonly description?: string;
}

type PutInput = { readonly [name in 'Name' | 'Value' | 'Type' | 'Description']?: string } & { readonly Overwrite?: boolean };

/** Answers the parameters by name, which a test may change. */
export function answerAsSsm(aws: AwsEmulator): Map<string, FakeParameter> {
  const parameters = new Map<string, FakeParameter>();
  aws.answer('ssm', 'GetParameters', ({ Names }) => {
    const names = Names as readonly string[];
    const found = names.flatMap((name) => {
      const known = parameters.get(name);
      if (known === undefined) return [];
      const { value: Value, version: Version, type: Type, dataType: DataType = 'text' } = known;
      return [{ Name: name, Value, Version, Type, DataType }];
    });
    return { Parameters: found, InvalidParameters: names.filter((name) => !parameters.has(name)) };
  });
  aws.answer('ssm', 'PutParameter', (input) => {
    const { Name, Value, Type, Overwrite, Description } = input as PutInput;
    const name = String(Name);
    const known = parameters.get(name);
    if (name.startsWith('arn:')) throw new AwsError('ValidationException', 'a name, not an ARN');
    if (known !== undefined && Overwrite !== true) throw new AwsError('ParameterAlreadyExists', 'The parameter already exists.');
    const type = Type ?? known?.type;
    if (type === undefined) throw new AwsError('ValidationException', 'A parameter type is required');
    const version = (known?.version ?? 0) + 1;
    parameters.set(name, {
      ...known,
      type,
      value: String(Value),
      version,
      ...(Description === undefined ? {} : { description: Description }),
    });
    return { Version: version, Tier: 'Standard' };
  });
  return parameters;
}
