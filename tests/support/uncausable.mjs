// Declared answers that no test can cause yet, with the reason. coverage.mjs fails where one of them was seen
// all the same, so this list only gets shorter. `databases` names those for which an entry holds.
const needsKeys = 'every session may do this; only an API key (issue 3) or an integration token (issue 4) may not';

export const uncausable = [
    ...[
        'logout_user',
        'get_current_user',
        'update_current_user',
        'list_ai_providers',
        'generate_chat_response',
        'list_conversations',
        'create_conversation',
        'delete_conversation',
        'list_messages',
    ].map((operation) => ({ operation, status: 403, reason: needsKeys })),
];
