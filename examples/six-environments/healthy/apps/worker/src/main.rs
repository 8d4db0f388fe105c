//! Sends the reminders that the backend queues.

mod config;

use clap::Parser;

fn main() {
    let config = config::Config::parse();
    println!("{} mails at once, {} hours ahead", config.concurrency, config.reminder_hours);
}
