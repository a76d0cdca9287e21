/** Every kind with a schema. Kinds of the resource table that are not here are published as objects with metadata and anything else. */
import type { KindSchema } from '../kubernetes/kind-schema.ts';
import { ADMISSION_MAPPING, ADMISSION_TOKEN } from './admissionmappings/schema.ts';
import { IAM_IDENTITY_MAPPING } from './iamidentitymappings/schema.ts';
import { IMAGE } from './images/schema.ts';
import { IMAGE_SIGNATURE } from './imagesignatures/schema.ts';
import { IMAGE_STREAM_IMAGE } from './imagestreamimages/schema.ts';
import { IMAGE_STREAM_IMPORT } from './imagestreamimports/schema.ts';
import { IMAGE_STREAM_MAPPING } from './imagestreammappings/schema.ts';
import { IMAGE_STREAM_TAG_DIAGNOSIS } from './imagestreams/diagnosis-schema.ts';
import { IMAGE_STREAM, IMAGE_STREAM_LAYERS } from './imagestreams/schema.ts';
import { IMAGE_STREAM_TAG_HISTORY, IMAGE_STREAM_TAG_SCHEDULE, RESOLVED_IMAGE_STREAM_TAG } from './imagestreamtags/history-schema.ts';
import { IMAGE_STREAM_TAG } from './imagestreamtags/schema.ts';
import { IMAGE_TAG } from './imagetags/schema.ts';
import { DELIVERIES, REDELIVERY } from './imagetriggers/redelivery-schema.ts';
import { IMAGE_TRIGGER } from './imagetriggers/schema.ts';
import { LIMIT_RANGE } from './limitranges/schema.ts';
import { NAMESPACE } from './namespaces/schema.ts';
import { PROJECT, PROJECT_REQUEST } from './projects/schema.ts';
import { RESOURCE_QUOTA } from './resourcequotas/schema.ts';
import { LOCAL_RESOURCE_REVIEW, LOCAL_SUBJECT_REVIEW, RESOURCE_REVIEW, SUBJECT_REVIEW } from './reviews/openshift-review-schemas.ts';
import {
  ACCESS_REVIEW,
  LOCAL_ACCESS_REVIEW,
  RULES_REVIEW,
  SELF_REVIEW,
  SELF_REVIEW_BETA,
  SUBJECT_ACCESS_REVIEW,
  USER,
} from './reviews/schema.ts';
import { CLUSTER_ROLE_BINDING, ROLE_BINDING } from './rolebindings/schema.ts';
import { CLUSTER_ROLE, ROLE } from './roles/schema.ts';
import { IMAGE_SECRET_LIST, SECRET } from './secrets/schema.ts';
import { SERVICE_ACCOUNT } from './serviceaccounts/schema.ts';
import { TOKEN_REQUEST } from './serviceaccounts/token-schema.ts';

export const KIND_SCHEMAS: readonly KindSchema[] = [
  IMAGE,
  IMAGE_SIGNATURE,
  IMAGE_STREAM,
  IMAGE_STREAM_LAYERS,
  IMAGE_STREAM_IMAGE,
  IMAGE_STREAM_TAG,
  IMAGE_STREAM_TAG_HISTORY,
  IMAGE_STREAM_TAG_SCHEDULE,
  RESOLVED_IMAGE_STREAM_TAG,
  IMAGE_STREAM_TAG_DIAGNOSIS,
  IMAGE_TAG,
  IMAGE_STREAM_MAPPING,
  IMAGE_STREAM_IMPORT,
  NAMESPACE,
  SECRET,
  IMAGE_SECRET_LIST,
  SERVICE_ACCOUNT,
  TOKEN_REQUEST,
  LIMIT_RANGE,
  RESOURCE_QUOTA,
  PROJECT,
  PROJECT_REQUEST,
  ROLE,
  CLUSTER_ROLE,
  ROLE_BINDING,
  CLUSTER_ROLE_BINDING,
  USER,
  SELF_REVIEW,
  SELF_REVIEW_BETA,
  ACCESS_REVIEW,
  SUBJECT_ACCESS_REVIEW,
  LOCAL_ACCESS_REVIEW,
  RULES_REVIEW,
  SUBJECT_REVIEW,
  LOCAL_SUBJECT_REVIEW,
  RESOURCE_REVIEW,
  LOCAL_RESOURCE_REVIEW,
  IMAGE_TRIGGER,
  REDELIVERY,
  DELIVERIES,
  IAM_IDENTITY_MAPPING,
  ADMISSION_MAPPING,
  ADMISSION_TOKEN,
];
