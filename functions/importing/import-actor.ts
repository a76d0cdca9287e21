/** Who writes what imports in the background bring. */
export const IMPORT_ACTOR = 'system:image-importer';
