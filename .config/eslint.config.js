import svelte from 'eslint-plugin-svelte'
import tseslint from 'typescript-eslint'

/** Rules that a reader would otherwise have to trust us on; style is Prettier's. */
const banned = {
  'no-eval': 'error',
  'no-new-func': 'error',
  'no-implied-eval': 'error',
  eqeqeq: 'error',
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'Draw from an explicit Rng: same seed, same result.' },
    { object: 'Object', property: 'assign', message: 'Spread instead: assign copies a parsed __proto__.' },
  ],
}

export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/dist/**', '**/.cache/**', 'public/**', 'tests/fixtures/**'] },
  ...tseslint.configs.strict,
  ...svelte.configs.recommended,
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: tseslint.parser } } },
  {
    rules: {
      ...banned,
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  { files: ['**/*.svelte'], rules: { 'svelte/no-at-html-tags': 'error', 'svelte/button-has-type': 'error' } },
  { files: ['tests/**', 'bench/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  // An index that the loop itself bounds needs `!` under noUncheckedIndexedAccess; the hot loops of an engine are full of them.
  {
    files: [
      'src/arenas/*/mars/**',
      'src/arenas/*/reference.ts',
      'src/arenas/*/kernel.ts',
      'src/arenas/*/kernel/**',
      'src/arenas/*/model/**',
      'src/arenas/*/redcode/**',
      'src/archives/**',
      'src/core/exact.ts',
      'src/llm/transformer/**',
    ],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
)
