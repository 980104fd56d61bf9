import tseslint from 'typescript-eslint';

export default tseslint.config(
  {ignores: ['dist/', 'build/', 'node_modules/', 'engine/']},
  ...tseslint.configs.strictTypeChecked.map((config) => ({...config, files: ['**/*.ts', '**/*.tsx']})),
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {parserOptions: {projectService: true, tsconfigRootDir: import.meta.dirname}},
    rules: {
      // Numbers in texts are what this page is about.
      '@typescript-eslint/restrict-template-expressions': ['error', {allowNumber: true}],
      // Text of data may become markup in no way: the page's rule, and its tests'.
      'no-restricted-properties': [
        'error',
        {property: 'innerHTML', message: 'set text, not markup'},
        {property: 'outerHTML', message: 'set text, not markup'},
        {property: 'insertAdjacentHTML', message: 'set text, not markup'},
        {object: 'document', property: 'write', message: 'set text, not markup'},
      ],
      'no-restricted-syntax': [
        'error',
        {selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'set text, not markup'},
      ],
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', {varsIgnorePattern: '^_', argsIgnorePattern: '^_', ignoreRestSiblings: true}],
      '@typescript-eslint/no-floating-promises': [
        'error',
        {allowForKnownSafeCalls: [{from: 'package', name: 'test', package: 'node:test'}]},
      ],
    },
  },
);
