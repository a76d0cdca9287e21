/** What must hold of objects before they are stored (openshift-semantics.md §9): one file per kind, this page for their users. */
export { validateImage, validateMapping } from './image-validation.ts';
export { validateImportRequest } from './import-validation.ts';
export { validateImportPolicy, validateStream, validateStreamName, validateTagReference } from './stream-validation.ts';
