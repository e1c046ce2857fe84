"""The events of the door, for security administrators and auditors; they name ids and digests only."""

from service.events import Audience, declare

SIGNED_IN = declare(
    "account.signed_in",
    "登录",
    "signed in",
    audience=Audience.SECURITY,
    data="session_id method address_digest",
)
SIGN_IN_REFUSED = declare(
    "account.sign_in_refused",
    "登录被拒绝",
    "sign-in refused",
    audience=Audience.SECURITY,
    data="is_known address_digest",
)
SIGNED_OUT = declare(
    "account.signed_out", "退出登录", "signed out", audience=Audience.SECURITY, data="session_id"
)
REFRESH_REPLAYED = declare(
    "account.refresh_replayed",
    "旧刷新令牌被重复使用，会话已终止",
    "an old refresh token was used again; its session was ended",
    audience=Audience.SECURITY,
    data="session_id",
)
CREATED = declare(
    "account.created", "账号已建立", "account created", audience=Audience.SECURITY, data="is_sample"
)
CHANGED = declare(
    "account.changed", "账号已修改", "account changed", audience=Audience.SECURITY, data="fields"
)
PASSWORD_CHANGED = declare(
    "account.password_changed",
    "密码已修改",
    "password changed",
    audience=Audience.SECURITY,
    data="sessions_ended",
)
DEACTIVATED = declare(
    "account.deactivated",
    "账号已停用",
    "account deactivated",
    audience=Audience.SECURITY,
    data="sessions_ended",
)
REACTIVATED = declare("account.reactivated", "账号已恢复", "account reactivated", audience=Audience.SECURITY)
KEY_CREATED = declare(
    "account.key_created",
    "接口密钥已建立",
    "API key created",
    audience=Audience.SECURITY,
    data="key_id scopes expires_on",
)
KEY_REVOKED = declare(
    "account.key_revoked", "接口密钥已撤销", "API key revoked", audience=Audience.SECURITY, data="key_id"
)
