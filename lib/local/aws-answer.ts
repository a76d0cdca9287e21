/** What the AWS endpoint answers, in the protocol of the call. */
import type { ApiRefusal } from './api-refusal.ts';
import type { AwsCall } from './aws-call.ts';

export interface AwsAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly contentType: string;
  readonly capacityUnits: number;
}

const JSON_TYPE = 'application/x-amz-json-1.0';

export function answerWith(value: object, status = 200): AwsAnswer {
  return { status, body: Buffer.from(JSON.stringify(value)), contentType: JSON_TYPE, capacityUnits: 0 };
}

/** A refusal as the service would put it; clients read the code of a form's call from XML. */
export function answerRefusal({ code, message, members }: ApiRefusal, { protocol }: Pick<AwsCall, 'protocol'>): AwsAnswer {
  if (protocol !== 'query') return answerWith({ __type: code, message, ...members }, 400);
  const [name = ''] = code.split('#').slice(-1);
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${name}</Code><Message>${escape(message)}</Message></Error></ErrorResponse>`;
  return { status: 403, body: Buffer.from(body), contentType: 'text/xml', capacityUnits: 0 };
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
