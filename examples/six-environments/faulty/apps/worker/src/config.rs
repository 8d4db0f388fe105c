//! Everything the worker reads from its environment.

use clap::{Parser, ValueEnum};

/// Reminds customers of what they booked.
#[derive(Parser, Debug)]
pub struct Config {
    /// The queue of mails to send.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub redis_url: String,

    /// The mail server, with user and password.
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: String,

    /// Whom mails come from.
    #[arg(long, env = "MAIL_FROM", default_value = "shop@localhost")]
    pub mail_from: String,

    /// Where customers reach the shop.
    #[arg(long, env = "APP_URL", default_value = "http://localhost:3000")]
    pub app_url: String,

    /// What happens to a mail.
    #[arg(long, env = "MAIL_MODE", value_enum, default_value = "sendmail")]
    pub mail_mode: MailMode,

    /// How many mails are sent at once.
    #[arg(long, env = "WORKER_CONCURRENCY", default_value_t = 4)]
    pub concurrency: u16,

    /// How long before a booking its reminder is sent, in hours.
    #[arg(long, env = "REMINDER_HOURS", default_value_t = 24)]
    pub reminder_hours: u32,
}

/// What happens to a mail.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum MailMode {
    /// It is sent.
    Smtp,
    /// It is written to the log.
    Log,
}
